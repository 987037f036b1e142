import { CommError } from "../base/mod.ts";
import type { Mailbox } from "./_mailbox.ts";
import type { Group } from "./_pending.ts";
import { sharedMemory } from "./_shared_memory.ts";
import { WorkerCollectives } from "./_worker_collectives.ts";
import {
  type Collectives,
  MAX_TAG,
  type Numbers,
  type Probed,
  type Received,
  type Request,
  type SharedMemory,
  type Transport,
} from "./transport.ts";

/** Tag of the messages of barriers. */
const BARRIER_TAG = MAX_TAG + 2;
const NOTHING = new Uint8Array(0);

/** Ranks that are threads of one process. */
export class WorkersTransport implements Transport {
  readonly backend = "workers";
  readonly library = "none";
  readonly rank: number;
  readonly size: number;
  readonly #collectives: Collectives;
  #freed = false;

  constructor(private readonly mailbox: Mailbox, private readonly group: Group) {
    this.rank = group.rank;
    this.size = group.members.length;
    this.#collectives = new WorkerCollectives(this, mailbox, group);
  }

  get collectives(): Collectives {
    return this.#live().#collectives;
  }

  get host(): string {
    return this.#hosts[this.rank];
  }

  send(data: Numbers, to: number, tag: number): void {
    // A message to itself is copied, as nobody else could read it meanwhile.
    this.#live().mailbox.send(data, this.group, to, tag, to === this.rank).wait();
  }

  recv(into: Numbers, from: number, tag: number): Received {
    return this.irecv(into, from, tag).wait();
  }

  probe(from: number, tag: number): Probed {
    return this.#live().mailbox.probe(this.group, from, tag);
  }

  isend(data: Numbers, to: number, tag: number): Request {
    return this.#live().mailbox.send(data, this.group, to, tag, false);
  }

  irecv(into: Numbers, from: number, tag: number): Request {
    return this.#live().mailbox.receive(into, this.group, from, tag);
  }

  /** In round k, each rank hears from the one 2^k before it. */
  barrier(): void {
    for (let reach = 1; reach < this.size; reach *= 2) this.#round(reach).wait();
  }

  async barrierAsync(): Promise<void> {
    for (let reach = 1; reach < this.size; reach *= 2) await this.#round(reach).waitAsync();
  }

  split(color: number | undefined, key: number): Transport | undefined {
    const { mailbox, rank, size, group } = this.#live();
    const first = rank === 0 ? mailbox.parts.control.takeGroups(size) : 0;
    const all = new Float64Array(3 * size);
    const own = Float64Array.of(color ?? -1, key, first);
    this.#collectives.allgatherv(own, all, new Array(size).fill(3));
    const colors = Array.from({ length: size }, (_, r) => all[3 * r]);
    if (color === undefined) return;
    const ranks = colors.flatMap((c, r) => c === color ? [r] : []).sort((a, b) =>
      all[3 * a + 1] - all[3 * b + 1] || a - b
    );
    return new WorkersTransport(mailbox, {
      number: all[2] + colors.indexOf(color),
      rank: ranks.indexOf(rank),
      members: ranks.map((r) => group.members[r]),
    });
  }

  splitNode(): Transport {
    const hosts = this.#hosts;
    return this.split(hosts.indexOf(this.host), 0)!;
  }

  /** Memory in the outbox of rank 0. */
  shareMemory(bytes: number): SharedMemory {
    const { mailbox, rank, size, group } = this.#live();
    if (this.#hosts.some((host) => host !== this.host)) {
      const text = "the ranks are on several machines; use splitNode() first";
      throw new CommError(`Cannot share memory: ${text}`, "share memory", rank);
    }
    const { outbox, parts } = mailbox;
    const place = new Float64Array(1);
    const block = rank === 0 ? outbox.take(bytes) : 0;
    if (rank === 0) {
      place[0] = outbox.room(block);
      new Uint8Array(outbox.buffer, place[0], bytes).fill(0);
    }
    this.#collectives.bcast(place, 0);
    const memory = new Uint8Array(parts.outboxes[group.members[0]], place[0], bytes);
    return sharedMemory(memory, {
      sync: () => this.barrier(),
      free: () => {
        if (size > 1) this.barrier();
        if (rank === 0) outbox.free(block);
      },
    });
  }

  abort(status: number): never {
    const { control, rank } = this.mailbox.parts;
    const text = `ended all ranks with status ${status}`;
    control.fail(rank, text);
    throw new CommError(`Cannot go on: this rank ${text}`, "go on", rank);
  }

  free(): void {
    if (this.#live().group.number !== 0) this.#freed = true;
  }

  finalize(): void {
    const { mailbox, rank } = this.#live();
    if (mailbox.open > 0) {
      const text = `messages that have not ended: ${mailbox.open}; wait for them first`;
      throw new CommError(`Cannot end the ranks: ${text}`, "end", rank);
    }
    mailbox.parts.control.end(mailbox.parts.rank);
  }

  get #hosts(): string[] {
    return this.group.members.map((member) => this.mailbox.parts.hosts[member]);
  }

  #round(reach: number): Request {
    const { rank, size } = this;
    this.send(NOTHING, (rank + reach) % size, BARRIER_TAG);
    return this.irecv(new Uint8Array(0), (rank - reach + size) % size, BARRIER_TAG);
  }

  /** Checks that calls may be made. */
  #live(): this {
    const { control, rank } = this.mailbox.parts;
    if (!this.#freed && !control.hasEnded(rank)) return this;
    const text = this.#freed ? "this group of ranks was given back" : "this rank has ended its exchange";
    throw new CommError(`Cannot use the ranks: ${text}`, "use", this.rank);
  }
}
