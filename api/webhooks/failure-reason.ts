import { DeliveryError } from './destinations.ts';

/** What Node says of a connection that failed → a sentence. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The connection was refused.',
  ECONNRESET: 'The connection was reset.',
  EPIPE: 'The connection was reset.',
  ETIMEDOUT: 'The connection could not be made in time.',
  EHOSTUNREACH: 'Its host cannot be reached.',
  ENETUNREACH: 'Its network cannot be reached.',
  EPROTO: 'TLS could not be agreed on.',
};

/** Why a delivery failed, as a sentence for whoever runs the receiver. Nothing that was received is in it. */
export function failureReason(error: unknown): string {
  if (error instanceof DeliveryError) return error.message;
  const code = codeOf(error);
  if (code in REASONS) return REASONS[code] as string;
  if (/CERT|SELF_SIGNED|VERIFY|ISSUER/.test(code)) return `Its certificate cannot be trusted (${code}).`;
  return code.startsWith('HPE_') ? 'It did not answer in HTTP.' : `The connection failed (${code || 'unknown'}).`;
}

/** Where several addresses were tried, of the first. */
function codeOf(error: unknown): string {
  const one: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return one instanceof Error && 'code' in one ? String(one.code) : '';
}
