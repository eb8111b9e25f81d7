import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { LISTEN_PATH } from './listen-router.ts';

/**
 * Whether a request asks for what we change the protocol to. Any other is answered as if it had not asked: programs that
 * try HTTP/2 first send such requests.
 */
export function isUpgrade({ method, url = '', headers }: IncomingMessage): boolean {
  const isListen = url === LISTEN_PATH || url.startsWith(`${LISTEN_PATH}?`);
  return isListen && method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}

/**
 * Has a request to change the protocol answered like any other, until it is granted. Node leaves such a connection alone:
 * it is closed here after an answer.
 */
export function serveUpgrade(
  request: IncomingMessage,
  socket: Socket,
  serve: (request: IncomingMessage, response: ServerResponse) => void,
): void {
  const response = new ServerResponse(request);
  socket.on('error', () => {});
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once('finish', () => {
    response.detachSocket(socket);
    socket.destroySoon();
  });
  serve(request, response);
}
