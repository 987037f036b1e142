import { CommError } from "../base/mod.ts";
import { Comm } from "./comm.ts";
import { sharedMemory } from "./_shared_memory.ts";
import {
  ANY_TAG,
  type Numbers,
  type Probed,
  type Received,
  type Request,
  type SharedMemory,
  type Transport,
} from "./transport.ts";

const bytesOf = (data: Numbers) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** A message to oneself on its way, or room for one. */
class Mail implements Request {
  received?: Received;
  error?: CommError;

  constructor(readonly data: Numbers, readonly tag: number) {}

  /** Puts a message here. */
  deliver(sent: Numbers, tag: number): void {
    if (sent.byteLength > this.data.byteLength) {
      const text = `${sent.byteLength} bytes were sent, there is room for ${this.data.byteLength}`;
      this.error = new CommError(`Cannot receive: message truncated: ${text}`, "receive", 0);
    } else {
      bytesOf(this.data).set(bytesOf(sent));
      const count = sent.byteLength / this.data.BYTES_PER_ELEMENT;
      this.received = { source: 0, tag, count };
    }
  }

  test(): Received | undefined {
    if (this.error) throw this.error;
    return this.received;
  }

  wait(): Received {
    const received = this.test();
    if (received) return received;
    return noMessage();
  }

  waitAsync(): Promise<Received> {
    return new Promise((resolve) => resolve(this.wait()));
  }
}

/** One rank. A message to itself is copied when it is sent. */
class SelfTransport implements Transport {
  readonly backend = "self";
  readonly library = "none";
  readonly rank = 0;
  readonly size = 1;
  readonly host = "localhost";
  readonly #sent: Mail[] = [];
  readonly #rooms: Mail[] = [];

  send(data: Numbers, _to: number, tag: number): void {
    const room = take(this.#rooms, tag);
    if (room) room.deliver(data, tag);
    else this.#sent.push(new Mail(data.slice(), tag));
  }

  recv(into: Numbers, from: number, tag: number): Received {
    const request = this.irecv(into, from, tag);
    try {
      return request.wait();
    } finally {
      // Nobody can wait for it any more.
      const i = this.#rooms.indexOf(request as Mail);
      if (i >= 0) this.#rooms.splice(i, 1);
    }
  }

  probe(_from: number, tag: number): Probed {
    const mail = this.#sent.find((mail) => matches(mail.tag, tag));
    if (mail) return { source: 0, tag: mail.tag, bytes: mail.data.byteLength };
    return noMessage();
  }

  isend(data: Numbers, to: number, tag: number): Request {
    this.send(data, to, tag);
    const request = new Mail(data, tag);
    request.received = { source: 0, tag, count: data.length };
    return request;
  }

  irecv(into: Numbers, _from: number, tag: number): Request {
    const room = new Mail(into, tag);
    const sent = take(this.#sent, tag);
    if (sent) room.deliver(sent.data, sent.tag);
    else this.#rooms.push(room);
    return room;
  }

  barrier(): void {}

  barrierAsync(): Promise<void> {
    return Promise.resolve();
  }

  split(color: number | undefined, _key: number): Transport | undefined {
    return color === undefined ? undefined : new SelfTransport();
  }

  splitNode(): Transport {
    return new SelfTransport();
  }

  shareMemory(bytes: number): SharedMemory {
    return sharedMemory(new Uint8Array(bytes), { sync() {}, free() {} });
  }

  abort(status: number): never {
    Deno.exit(status);
  }

  free(): void {}

  finalize(): void {}
}

function noMessage(): never {
  const text = "the only rank waits for a message to itself that was not sent; send it before";
  throw new CommError(`Cannot receive: ${text}`, "receive", 0);
}

const matches = (a: number, b: number) => a === b || a === ANY_TAG || b === ANY_TAG;

/** Takes the first with a tag out of a list. */
function take(list: Mail[], tag: number): Mail | undefined {
  const i = list.findIndex((mail) => matches(mail.tag, tag));
  return i < 0 ? undefined : list.splice(i, 1)[0];
}

/**
 * A world of one rank: no MPI, no permissions. The same program runs with it as with many ranks; messages of the rank
 * to itself arrive, and a receive that would wait for ever fails.
 *
 * @example
 * ```ts
 * import { selfComm } from "@cosmesh/cosmesh/mpi";
 * const comm = selfComm();
 * comm.allreduce(Float64Array.of(1, 2)); // 1, 2
 * ```
 */
export function selfComm(): Comm {
  return new Comm(new SelfTransport());
}
