/** Waiting that can be cut short: what loops do between two looks. */

export interface Doze {
  /** Resolves after so many milliseconds, or when it is rung; at once where it was rung since it last woke. */
  sleep(milliseconds: number): Promise<void>;
  ring(): void;
}

export function createDoze(): Doze {
  let rung = false;
  let wake: () => void = () => undefined;
  return {
    async sleep(milliseconds) {
      await new Promise<void>((resolve) => {
        if (rung) {
          setImmediate(resolve);
          return;
        }
        const timer = setTimeout(resolve, milliseconds);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      rung = false;
    },
    ring() {
      rung = true;
      wake();
    },
  };
}
