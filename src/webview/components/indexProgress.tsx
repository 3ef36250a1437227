/** The thin bar of a running index, how far it is, and the button that pauses it. */

import type { IndexProgress as Progress } from "../../domain/indexStatus";
import type { IndexView } from "../../protocol/webview";
import { filesPerSecond, indexLabel, isProgressShown, shareDone, timeLeftMs } from "../indexWords";
import { memo } from "../memo";
import { usePanel } from "../panelContext";
import type { Translate } from "../translate";

export const IndexProgress = memo<{ readonly index: IndexView }>(({ index }) => {
  const { t } = usePanel();
  const { progress } = index;
  if (progress === undefined || !isProgressShown(index)) {
    return null;
  }
  const isCounting = progress.filesTotal > 0 && progress.phase !== "scanning";
  return (
    <div class="progress">
      {(isCounting || progress.phase !== "paused") && <Bar progress={progress} isCounting={isCounting} />}
      <div class="progress-line">
        <span>{isCounting ? countAndEstimate(t, progress) : indexLabel(t, index)}</span>
        <PauseOrResume phase={progress.phase} />
      </div>
    </div>
  );
});

function countAndEstimate(t: Translate, progress: Progress): string {
  const count = t.text("index.progress", t.number(progress.filesDone), t.number(progress.filesTotal));
  const rate = filesPerSecond(progress);
  const left = timeLeftMs(progress);
  return [
    count,
    ...(rate === undefined ? [] : [t.text("index.rate", t.number(rate))]),
    ...(left === undefined ? [] : [t.text("index.left", t.duration(left))]),
  ].join(" · ");
}

function Bar({ progress, isCounting }: { readonly progress: Progress; readonly isCounting: boolean }) {
  const { t } = usePanel();
  const percent = Math.floor(shareDone(progress) * 100);
  return (
    <div
      class={isCounting ? "bar" : "bar endless"}
      role="progressbar"
      aria-label={t.text("index.bar")}
      {...(isCounting ? { "aria-valuenow": percent, "aria-valuemin": 0, "aria-valuemax": 100 } : {})}
    >
      <div class="bar-done" style={{ width: isCounting ? `${percent}%` : undefined }} />
    </div>
  );
}

function PauseOrResume({ phase }: { readonly phase: Progress["phase"] }) {
  const { t, post } = usePanel();
  const action = phase === "paused" ? "resume" : "pause";
  return (
    <button
      type="button"
      class="link"
      title={t.text(`index.${action}.title`)}
      onClick={() => post({ type: "act", action })}
    >
      {t.text(`index.${action}`)}
    </button>
  );
}
