import type { CommError } from "../base/mod.ts";
import type { Mailbox } from "./_mailbox.ts";
import type { Announced } from "./_rank_control.ts";
import { ANY_SOURCE, ANY_TAG, MAX_TAG, type Numbers, type Received, type Request } from "./transport.ts";

const NOTHING = new Uint8Array(0);

/** Ranks by themselves: their group's number, and the world ranks of its members. */
export interface Group {
  readonly number: number;
  readonly rank: number;
  readonly members: readonly number[];
}

/** A message that is waited for, of either kind. */
export abstract class Pending implements Request {
  received?: Received;
  error?: CommError;

  constructor(protected readonly mailbox: Mailbox, readonly group: Group) {}

  /** Whether it has ended. */
  abstract ended(): boolean;
  /** World ranks of which one at least must go on. */
  abstract readonly peers: readonly number[];
  /** What `Control.sleep` tells. */
  abstract readonly why: number;
  abstract readonly operation: string;

  wait(): Received {
    if (!this.ended()) this.mailbox.until(this);
    return this.#result();
  }

  test(): Received | undefined {
    if (!this.ended()) this.mailbox.progress(this);
    return this.ended() ? this.#result() : undefined;
  }

  async waitAsync(): Promise<Received> {
    if (!this.ended()) await this.mailbox.untilAsync(this);
    return this.#result();
  }

  #result(): Received {
    if (this.error) throw this.error;
    return this.received!;
  }
}

/** A message that others read in place, or one that was copied and has ended already. */
export class Sending extends Pending {
  readonly operation = "send";
  readonly peers: readonly number[];
  readonly why: number;

  constructor(mailbox: Mailbox, group: Group, to: number, private readonly sent: Received, private block = 0) {
    super(mailbox, group);
    this.peers = [group.members[to]];
    this.why = -1 - this.peers[0];
    if (block === 0) this.received = sent;
  }

  ended(): boolean {
    if (this.received || this.error) return true;
    if (!this.mailbox.outbox.wasRead(this.block)) return false;
    this.mailbox.outbox.free(this.block);
    this.received = this.sent;
    return true;
  }
}

/** Room for a message. */
export class Receiving extends Pending {
  readonly operation = "receive";
  readonly peers: readonly number[];
  readonly why: number;

  constructor(mailbox: Mailbox, group: Group, readonly into: Numbers, readonly from: number, readonly tag: number) {
    super(mailbox, group);
    this.peers = from === ANY_SOURCE ? group.members : [group.members[from]];
    this.why = from === ANY_SOURCE ? 0 : 1 + this.peers[0];
  }

  ended(): boolean {
    return this.received !== undefined || this.error !== undefined;
  }

  matches({ group, source, tag }: Announced): boolean {
    const tagFits = this.tag === ANY_TAG ? tag <= MAX_TAG : tag === this.tag;
    return group === this.group.number && tagFits && (this.from === ANY_SOURCE || this.from === source);
  }
}

/** A look for a message. */
export class Probing extends Receiving {
  constructor(mailbox: Mailbox, group: Group, from: number, tag: number) {
    super(mailbox, group, NOTHING, from, tag);
  }

  override ended(): boolean {
    return this.mailbox.arrived(this) !== undefined;
  }
}
