/** What happens when, in virtual time: a binary heap; what was entered first comes first among equals. */
export interface Agenda<Entry> {
  add(at: number, entry: Entry): void;
  /** When the next entry is due; undefined where there is none. */
  nextAt(): number | undefined;
  /** Takes everything that is due by then, in order. */
  takeUntil(at: number): Entry[];
}

interface Node<Entry> {
  at: number;
  order: number;
  entry: Entry;
}

export function createAgenda<Entry>(): Agenda<Entry> {
  const heap: Node<Entry>[] = [];
  let entered = 0;

  const before = (a: number, b: number) => {
    const [first, second] = [heap[a] as Node<Entry>, heap[b] as Node<Entry>];
    return first.at === second.at ? first.order < second.order : first.at < second.at;
  };
  const swap = (a: number, b: number) => {
    [heap[a], heap[b]] = [heap[b] as Node<Entry>, heap[a] as Node<Entry>];
  };

  function sink(from: number): void {
    for (let at = from; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (left < heap.length && before(left, least)) least = left;
      if (right < heap.length && before(right, least)) least = right;
      if (least === at) return;
      swap(at, least);
      at = least;
    }
  }

  function take(): Entry {
    const { entry } = heap[0] as Node<Entry>;
    const last = heap.pop() as Node<Entry>;
    if (heap.length > 0) {
      heap[0] = last;
      sink(0);
    }
    return entry;
  }

  return {
    add(at, entry) {
      heap.push({ at, order: entered++, entry });
      for (let child = heap.length - 1; child > 0; ) {
        const parent = (child - 1) >> 1;
        if (!before(child, parent)) return;
        swap(child, parent);
        child = parent;
      }
    },
    nextAt: () => heap[0]?.at,
    takeUntil(at) {
      const due: Entry[] = [];
      while (heap[0] !== undefined && heap[0].at <= at) due.push(take());
      return due;
    },
  };
}
