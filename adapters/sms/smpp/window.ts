/** How many submits may be unanswered at once. Who finds no place waits for a while, the urgent before the others. */

export interface Window {
  /**
   * @param rank the lowest goes first; equals in the order they came
   * @returns what gives the place back, or undefined where none was free in `waitMs`
   */
  enter(rank: number, waitMs: number): Promise<(() => void) | undefined>;
  /** Places may be given again: `isOpen` changed. */
  look(): void;
}

interface Waiting {
  rank: number;
  admit(): void;
}

/** @param isOpen whether there is a connection to write to */
export function createWindow(size: number, isOpen: () => boolean): Window {
  let taken = 0;
  let waiting: Waiting[] = [];

  function leave(): () => void {
    let isLeft = false;
    taken += 1;
    return () => {
      if (isLeft) return;
      isLeft = true;
      taken -= 1;
      look();
    };
  }

  function look(): void {
    while (taken < size && waiting.length > 0 && isOpen()) waiting.shift()?.admit();
  }

  return {
    look,
    enter(rank, waitMs) {
      if (taken < size && waiting.length === 0 && isOpen()) return Promise.resolve(leave());
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          waiting = waiting.filter((other) => other !== own);
          resolve(undefined);
        }, waitMs);
        const own: Waiting = {
          rank,
          admit() {
            clearTimeout(timer);
            resolve(leave());
          },
        };
        const behind = waiting.findIndex((other) => other.rank > rank);
        waiting.splice(behind === -1 ? waiting.length : behind, 0, own);
        look();
      });
    },
  };
}
