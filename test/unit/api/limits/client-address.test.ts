import { expect } from 'chai';
import fc from 'fast-check';
import { addressGroup, clientAddress, type TrustProxy, trustIn } from '../../../../api/limits/client-address.ts';

const client = (peer: string | undefined, forwardedFor: string[], trust: TrustProxy = []) =>
  clientAddress({ peer, forwardedFor }, trustIn(trust));

describe('the address of a client', () => {
  it('is the other end of the connection, whatever the header says, when no proxy is trusted', () => {
    expect(client('203.0.113.9', ['1.1.1.1'])).to.equal('203.0.113.9');
    expect(client('203.0.113.9', ['1.1.1.1'], 0)).to.equal('203.0.113.9');
    expect(client('203.0.113.9', ['1.1.1.1'], ['10.0.0.0/8'])).to.equal('203.0.113.9');
  });

  it('is as many hops to the left as there are proxies, and no further', () => {
    const header = ['6.6.6.6, 198.51.100.7', '10.0.0.2'];
    expect(client('10.0.0.1', header, 1)).to.equal('10.0.0.2');
    expect(client('10.0.0.1', header, 2)).to.equal('198.51.100.7');
    expect(client('10.0.0.1', ['198.51.100.7'], 3)).to.equal('198.51.100.7');
    expect(client('10.0.0.1', [], 1)).to.equal('10.0.0.1');
  });

  it('is the first from the right that is no trusted proxy', () => {
    const trusted = ['10.0.0.0/8', '192.0.2.5', '2001:db8::/32'];
    expect(client('10.9.9.9', ['6.6.6.6, 198.51.100.7, 192.0.2.5'], trusted)).to.equal('198.51.100.7');
    expect(client('2001:db8::1', ['198.51.100.7'], trusted)).to.equal('198.51.100.7');
    expect(client('10.9.9.9', ['10.1.1.1, 10.2.2.2'], trusted)).to.equal('10.1.1.1');
    expect(client('192.0.2.6', ['198.51.100.7'], trusted)).to.equal('192.0.2.6');
  });

  it('is never taken from something that is no address', () => {
    for (const junk of ['unknown', '', '1.2.3', '0x7f.1', '1', '999.1.1.1', '<script>', '_hidden', '::g']) {
      expect(client('10.0.0.1', [`198.51.100.7, ${junk}`], 2), junk).to.equal('10.0.0.1');
    }
    expect(client(undefined, ['198.51.100.7'], 1)).to.equal('unknown');
  });

  it('is read with ports, brackets and zones, and IPv4 in IPv6 is IPv4', () => {
    expect(client('10.0.0.1', ['198.51.100.7:4711'], 1)).to.equal('198.51.100.7');
    expect(client('10.0.0.1', ['[2001:db8::7]:4711'], 1)).to.equal('2001:db8::7');
    expect(client('fe80::1%eth0', [])).to.equal('fe80::1');
    expect(client('::ffff:203.0.113.9', [])).to.equal('203.0.113.9');
    expect(client('::ffff:10.0.0.1', ['198.51.100.7'], ['10.0.0.0/8'])).to.equal('198.51.100.7');
    expect(client('10.0.0.1', ['198.51.100.7'], ['::ffff:10.0.0.0/104'])).to.equal('198.51.100.7');
    expect(client('11.0.0.1', ['198.51.100.7'], ['::ffff:10.0.0.0/104'])).to.equal('11.0.0.1');
  });

  it('with a trusted list is never one that only the client wrote', () => {
    const octet = fc.integer({ min: 1, max: 254 });
    const forged = fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ maxLength: 20 })), { maxLength: 8 });
    fc.assert(
      fc.property(forged, octet, octet, (invented, a, b) => {
        // The proxy appends whom it saw to whatever the client sent.
        const seen = `198.51.${a}.${b}`;
        expect(client('10.0.0.1', [...invented, seen], ['10.0.0.0/8'])).to.equal(seen);
        expect(client('10.0.0.1', [...invented, seen], 1)).to.equal(seen);
      }),
    );
  });
});

describe('what an address is counted as', () => {
  it('is itself for IPv4, in either clothes, and its /64 for IPv6', () => {
    expect(addressGroup('203.0.113.9')).to.equal('203.0.113.9');
    expect(addressGroup(client('::ffff:203.0.113.9', []))).to.equal('203.0.113.9');
    expect(addressGroup('2001:db8:1:2:aaaa::1')).to.equal('2001:db8:1:2::/64');
    expect(addressGroup('2001:db8:1:2:ffff:ffff:ffff:ffff')).to.equal('2001:db8:1:2::/64');
    expect(addressGroup('2001:db8:1:3::1')).to.equal('2001:db8:1:3::/64');
    expect(addressGroup('unknown')).to.equal('unknown');
  });
});
