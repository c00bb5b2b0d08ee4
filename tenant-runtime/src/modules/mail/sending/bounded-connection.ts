import type { Socket } from "node:net";
import { Duplex } from "node:stream";

/** The error of a server that sends more than an attempt may receive. */
class TooMuchReceived extends Error {
  override readonly name = "TooMuchReceived";
  readonly code = "MAIL_SERVER_SENT_TOO_MUCH";
}

/**
 * A connection that is closed once it has received more than `most` bytes. The SMTP client bounds one answer, and not the
 * number of empty lines. It takes the place of the socket there, so it has the methods of one that the client calls.
 */
export class BoundedConnection extends Duplex {
  readonly #socket: Socket;
  #left: number;

  constructor(socket: Socket, most: number) {
    super();
    this.#socket = socket;
    this.#left = most;
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    let hasEnded = false;
    socket.on("end", () => {
      hasEnded = true;
      this.push(null);
    });
    socket.on("error", (error) => this.destroy(error));
    // The last answer before an orderly end is still to be read.
    socket.on("close", () => {
      if (!hasEnded) this.destroy();
    });
    socket.pause();
  }

  #receive(chunk: Buffer): void {
    this.#left -= chunk.length;
    if (this.#left < 0) this.destroy(new TooMuchReceived("the mail server sends without an end"));
    else if (!this.push(chunk)) this.#socket.pause();
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  /** The attempt has a time limit of its own. */
  setTimeout(): this {
    return this;
  }
}
