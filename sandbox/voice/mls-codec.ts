/** Thrown when bytes are not what MLS (RFC 9420) or DAVE says they are. Never a programming error: the sender's fault. */
export class MlsDecodeError extends Error {
  override readonly name = 'MlsDecodeError';
}

/** Writes the length prefix of a variable-size vector (RFC 9420 §2.1.2): 1, 2 or 4 bytes, always the shortest. */
export function varint(value: number): Buffer {
  if (value < 0x40) return Buffer.from([value]);
  if (value < 0x4000) return u16(value | 0x4000);
  if (value < 0x40000000) return u32((value | 0x80000000) >>> 0);
  throw new RangeError(`A vector of ${value} bytes is longer than MLS can say.`);
}

/** A variable-size vector: length, then content. */
export const vector = (content: Uint8Array): Buffer => Buffer.concat([varint(content.length), content]);

/** A big-endian 16-bit number. */
export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

/** A big-endian 32-bit number. */
export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A big-endian 64-bit number. */
export function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

/** Reads MLS structures from the front of a buffer; every read past its end throws MlsDecodeError. */
export class MlsReader {
  private readonly bytes: Buffer;
  private offset = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** How far has been read, in bytes: for `since`. */
  get position(): number {
    return this.offset;
  }

  get done(): boolean {
    return this.offset >= this.bytes.length;
  }

  u8(): number {
    return this.take(1).readUInt8();
  }

  u16(): number {
    return this.take(2).readUInt16BE();
  }

  u32(): number {
    return this.take(4).readUInt32BE();
  }

  u64(): bigint {
    return this.take(8).readBigUInt64BE();
  }

  vector(): Buffer {
    return this.take(this.length());
  }

  /** A vector of structures, each read by `read` until the vector is used up. */
  list<T>(read: (reader: MlsReader) => T): T[] {
    const reader = new MlsReader(this.vector());
    const items: T[] = [];
    while (!reader.done) items.push(read(reader));
    return items;
  }

  /** What was read since `position`: the signed part of a structure, byte for byte. */
  since(position: number): Buffer {
    return this.bytes.subarray(position, this.offset);
  }

  /** Everything not yet read. */
  rest(): Buffer {
    return this.bytes.subarray(this.offset);
  }

  /** Throws if anything follows, so that nothing can be smuggled behind a structure that was checked. */
  end(what: string): void {
    if (!this.done) throw new MlsDecodeError(`${this.rest().length} bytes follow the ${what}.`);
  }

  private length(): number {
    const first = this.u8();
    if (first < 0x40) return first;
    if (first < 0x80) return ((first & 0x3f) << 8) | this.u8();
    if (first < 0xc0) return ((first & 0x3f) << 24) | (this.u8() << 16) | this.u16();
    throw new MlsDecodeError('A vector length starts with the reserved bits 11.');
  }

  private take(size: number): Buffer {
    const end = this.offset + size;
    if (end > this.bytes.length) {
      throw new MlsDecodeError(`The message ends after ${this.bytes.length} bytes, ${end} are needed.`);
    }
    const taken = this.bytes.subarray(this.offset, end);
    this.offset = end;
    return taken;
  }
}
