/** What a run tells while it goes on. */
export type RunEvent =
  /** Another program works on the step; this one waits for it. */
  | { readonly kind: "waiting"; readonly task: string; readonly pid: number }
  /** The step was finished before. */
  | { readonly kind: "reused"; readonly task: string }
  /** Outputs of a finished step were changed or removed; they are made again. */
  | { readonly kind: "damaged"; readonly task: string; readonly files: readonly string[] }
  /** The step starts; `resumed` of its parts were made by an interrupted run. */
  | { readonly kind: "start"; readonly task: string; readonly resumed: number }
  /** A part is done, or `kept` from an interrupted run: `done` of `total`, which counts the parts announced so far. */
  | {
    readonly kind: "part";
    readonly task: string;
    readonly part: string;
    readonly kept: boolean;
    /** Whether it was announced by itself, not as one of several. */
    readonly alone: boolean;
    readonly done: number;
    readonly total: number;
    /** Rank that made it, if there are several. */
    readonly rank?: number;
  }
  /** Fraction [1] of the step that is done. */
  | { readonly kind: "progress"; readonly task: string; readonly fraction: number }
  /** Something that the user should know about the result. */
  | { readonly kind: "note"; readonly task: string; readonly text: string }
  /** The step is finished after so many seconds [s]. */
  | { readonly kind: "finished"; readonly task: string; readonly seconds: number };

/** What became of a step. */
export interface StepReport {
  /** Name of the task. */
  readonly task: string;
  /** Its key, 64 hexadecimal digits. */
  readonly key: string;
  /** Whether it was finished before, made, or made from the parts that an interrupted run had left. */
  readonly state: "reused" | "made" | "resumed";
  /** [s] Time it took here. */
  readonly seconds: number;
  /** [s] Time by phase, in the order of their first use; of several ranks the mean. */
  readonly phases: Readonly<Record<string, number>>;
}
