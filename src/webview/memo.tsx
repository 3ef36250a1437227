/** A component that is drawn again only when one of its props is another value. preact has this in `compat` alone. */

import { Component, type ComponentType, type FunctionComponent } from "preact";

export function memo<Props extends object>(Draw: FunctionComponent<Props>): ComponentType<Props> {
  return class Memo extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      return !isShallowEqual(this.props, next);
    }

    override render(props: Props) {
      return <Draw {...props} />;
    }
  };
}

function isShallowEqual(a: object, b: object): boolean {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.is(a[key as keyof typeof a], b[key as keyof typeof b]))
  );
}
