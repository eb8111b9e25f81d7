import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { expect } from 'chai';
import { createCertificate } from '../../../sandbox/voice/certificate.ts';

describe('The certificate of the voice server', () => {
  it('is its own authority, for 127.0.0.1 and localhost, and belongs to its key', () => {
    const { cert, key } = createCertificate();
    const certificate = new X509Certificate(cert);
    expect(certificate.verify(certificate.publicKey)).to.equal(true);
    expect(certificate.checkIP('127.0.0.1')).to.equal('127.0.0.1');
    expect(certificate.checkHost('localhost')).to.equal('localhost');
    expect(certificate.ca).to.equal(true);
    expect(() => createSecureContext({ cert, key })).not.to.throw();
  });

  it('is valid now and for some weeks', () => {
    const { validFromDate, validToDate } = new X509Certificate(createCertificate().cert);
    expect(validFromDate.getTime()).to.be.below(Date.now());
    expect(validToDate.getTime()).to.be.above(Date.now() + 14 * 24 * 60 * 60 * 1_000);
  });

  it('has a name no other has, since two trusted ones of one name break each other', () => {
    const names = Array.from({ length: 5 }, () => new X509Certificate(createCertificate().cert).subject);
    expect(new Set(names)).to.have.lengthOf(5);
  });
});
