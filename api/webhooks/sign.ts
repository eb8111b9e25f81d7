import { createHmac } from 'node:crypto';
import { webhookKey } from '../../shard/record/webhook-secret.ts';

/** The headers of a delivery by which its receiver knows whom it is from (Standard Webhooks). */
export function signatureHeaders(secret: string, id: string, atMs: number, body: string): Record<string, string> {
  const timestamp = String(Math.floor(atMs / 1000));
  const signature = createHmac('sha256', webhookKey(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
