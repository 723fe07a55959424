/**
 * Puts the parts of long incoming texts together. Parts wait in memory, so many messages at most and each for so long; a text
 * whose last part never comes is handed over with what there is, because its parts were acknowledged.
 */
import type { Segment } from './body.js';
import { type Alphabet, decodeText } from './encoding.js';

export interface IncomingPart {
  from: string;
  to: string;
  alphabet: Alphabet;
  text: Buffer;
  segment: Segment;
}

export interface Reassembly {
  /**
   * Resolves when the part is kept or, for the last one, when the text was handed over; false where there is no room for it.
   * @throws what `deliver` throws; the part may come again
   */
  take(part: IncomingPart): Promise<boolean>;
  /** Hands over what is incomplete. */
  flush(): Promise<void>;
}

interface Gathering {
  parts: (IncomingPart | undefined)[];
  timer: NodeJS.Timeout;
  handing?: Promise<void>;
}

export interface ReassemblyOptions {
  /** Messages that may be incomplete at once. */
  capacity: number;
  /** Milliseconds that a message may wait for its next part. */
  patienceMs: number;
  deliver(message: { from: string; to: string; text: string }): Promise<void>;
}

const MISSING = ' … ';

export function createReassembly({ capacity, patienceMs, deliver }: ReassemblyOptions): Reassembly {
  const gatherings = new Map<string, Gathering>();

  async function take(part: IncomingPart): Promise<boolean> {
    const { from, to, segment } = part;
    const key = JSON.stringify([from, to, segment.reference, segment.total]);
    const before = gatherings.get(key)?.parts[segment.number - 1];
    // References come round again: another text under the same one begins a new message.
    if (before !== undefined && !before.text.equals(part.text)) await handOver(key);
    const gathering = gatherings.get(key) ?? begin(key, segment.total);
    if (gathering === undefined) return false;
    gathering.parts[segment.number - 1] = part;
    gathering.timer.refresh();
    if (!gathering.parts.includes(undefined)) await handOver(key);
    return true;
  }

  function begin(key: string, total: number): Gathering | undefined {
    if (gatherings.size >= capacity) return undefined;
    // What cannot be handed over stays, and is tried again when its time has passed once more.
    const timer = setTimeout(() => handOver(key).catch(() => timer.refresh()), patienceMs).unref();
    const gathering = { parts: new Array<IncomingPart | undefined>(total).fill(undefined), timer };
    gatherings.set(key, gathering);
    return gathering;
  }

  async function handOver(key: string): Promise<void> {
    const gathering = gatherings.get(key);
    const some = gathering?.parts.find((part) => part !== undefined);
    if (gathering === undefined || some === undefined) return;
    gathering.handing ??= deliver({ from: some.from, to: some.to, text: join(gathering.parts) }).finally(() => {
      gathering.handing = undefined;
    });
    await gathering.handing;
    clearTimeout(gathering.timer);
    if (gatherings.get(key) === gathering) gatherings.delete(key);
  }

  return {
    take,
    async flush() {
      await Promise.allSettled([...gatherings.keys()].map(handOver));
      for (const { timer } of gatherings.values()) clearTimeout(timer);
      gatherings.clear();
    },
  };
}

/** Neighbours in one alphabet are decoded together: a part can end in the middle of a character. */
function join(parts: readonly (IncomingPart | undefined)[]): string {
  const runs: { alphabet?: Alphabet; bytes: Buffer[] }[] = [];
  for (const part of parts) {
    const last = runs.at(-1);
    if (last !== undefined && last.alphabet === part?.alphabet) last.bytes.push(part?.text ?? Buffer.alloc(0));
    else runs.push({ alphabet: part?.alphabet, bytes: [part?.text ?? Buffer.alloc(0)] });
  }
  return runs
    .map(({ alphabet, bytes }) => (alphabet === undefined ? MISSING : decodeText(Buffer.concat(bytes), alphabet)))
    .join('');
}
