/** Logistic regression and the figures it is judged by. */

export interface Judged {
  readonly features: Readonly<Record<string, number>>;
  readonly isAnswerable: boolean;
}

export interface Logistic {
  readonly bias: number;
  readonly weights: Readonly<Record<string, number>>;
}

const STEPS = 3_000;
const STEP_SIZE = 2;
/** Keeps weights of features that say the same small; in units of the standardised features. */
const RIDGE = 0.001;

/** Fits by gradient descent, both classes weighing alike. The same input gives the same weights. */
export function fitLogistic(rows: readonly Judged[]): Logistic {
  const names = Object.keys(rows[0]?.features ?? {});
  const scales = names.map((name) => scaleOf(rows.map(({ features }) => features[name] ?? 0)));
  const inputs = rows.map(({ features }) =>
    names.map((name, at) => ((features[name] ?? 0) - (scales[at]?.mean ?? 0)) / (scales[at]?.deviation ?? 1)),
  );
  const answerable = rows.filter(({ isAnswerable }) => isAnswerable).length;
  const weightOf = (isAnswerable: boolean) => 0.5 / (isAnswerable ? answerable : rows.length - answerable);
  let weights = names.map(() => 0);
  let bias = 0;
  for (let step = 0; step < STEPS; step += 1) {
    const slope = weights.map((weight) => RIDGE * weight);
    let biasSlope = 0;
    rows.forEach(({ isAnswerable }, row) => {
      const input = inputs[row] ?? [];
      const error = (sigmoid(bias + dot(weights, input)) - Number(isAnswerable)) * weightOf(isAnswerable);
      biasSlope += error;
      input.forEach((value, at) => {
        slope[at] = (slope[at] ?? 0) + error * value;
      });
    });
    weights = weights.map((weight, at) => weight - STEP_SIZE * (slope[at] ?? 0));
    bias -= STEP_SIZE * biasSlope;
  }
  const own = weights.map((weight, at) => weight / (scales[at]?.deviation ?? 1));
  const shift = own.reduce((sum, weight, at) => sum + weight * (scales[at]?.mean ?? 0), 0);
  return { bias: bias - shift, weights: Object.fromEntries(names.map((name, at) => [name, own[at] ?? 0])) };
}

export function predict({ bias, weights }: Logistic, { features }: Judged): number {
  return sigmoid(Object.entries(weights).reduce((sum, [name, weight]) => sum + weight * (features[name] ?? 0), bias));
}

/** The chance that an answerable question scores above one that is not; ties count half. */
export function areaUnderCurve(rows: readonly { readonly score: number; readonly isAnswerable: boolean }[]): number {
  const answerable = rows.filter(({ isAnswerable }) => isAnswerable);
  const others = rows.filter(({ isAnswerable }) => !isAnswerable);
  let won = 0;
  for (const { score } of answerable) {
    for (const other of others) {
      won += score > other.score ? 1 : score === other.score ? 0.5 : 0;
    }
  }
  return won / Math.max(1, answerable.length * others.length);
}

/** @param share from 0 to 1. */
export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;
}

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

function scaleOf(values: readonly number[]): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length);
  return { mean, deviation: Math.sqrt(variance) || 1 };
}
