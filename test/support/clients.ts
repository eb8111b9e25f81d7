/** A request as a person writes it down; how it goes over the wire is the client's to say. */
export interface Written {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  body?: unknown;
}

/** What a client puts on the wire: the head, and the body once the server asks for it or at once. */
interface OnTheWire {
  head: Buffer;
  body: Buffer;
  /** Whether the client waits for "100 Continue" before it sends the body. */
  waits: boolean;
}

/** A client as it was seen to write its requests. */
export interface Client {
  name: string;
  write(request: Written, host: string, key: string): OnTheWire;
}

/** `curl -H "Authorization: Bearer …" -d '{…}'`: a body goes under the name of a form. */
export const CURL: Client = {
  name: 'curl',
  write({ method, path, body }, host, key) {
    const text = body === undefined ? '' : JSON.stringify(body);
    return wire(text, false, [
      `${method} ${path} HTTP/1.1`,
      `Host: ${host}`,
      'User-Agent: curl/8.5.0',
      'Accept: */*',
      `Authorization: Bearer ${key}`,
      ...(text === '' ? [] : [`Content-Length: ${text.length}`, 'Content-Type: application/x-www-form-urlencoded']),
    ]);
  },
};

/** curl before 7.84, which waits with a body of more than a kilobyte until the server wants it. */
export const OLD_CURL: Client = {
  name: 'an old curl with a long body',
  write({ method, path, body }, host, key) {
    const text = JSON.stringify(body);
    return wire(text, true, [
      `${method} ${path} HTTP/1.1`,
      `Host: ${host}`,
      'User-Agent: curl/7.68.0',
      'Accept: */*',
      `Authorization: Bearer ${key}`,
      `Content-Length: ${text.length}`,
      'Content-Type: application/x-www-form-urlencoded',
      'Expect: 100-continue',
    ]);
  },
};

/** Windows PowerShell 5.1: `Invoke-RestMethod` with the body of `ConvertTo-Json`. */
export const POWERSHELL_5: Client = {
  name: 'Windows PowerShell 5.1',
  write({ method, path, body }, host, key) {
    const text = body === undefined ? '' : json5(body);
    const sends = method === 'POST';
    return wire(text, sends, [
      `${method} ${path} HTTP/1.1`,
      `Authorization: Bearer ${key}`,
      'User-Agent: Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.1682',
      ...(sends ? ['Content-Type: application/json'] : []),
      `Host: ${host}`,
      ...(sends ? [`Content-Length: ${text.length}`, 'Expect: 100-continue'] : []),
      'Connection: Keep-Alive',
    ]);
  },
};

/** PowerShell 7. Before 7.2.3 it told the length of the body that a GET does not have. */
export function powershell7(version: '7.2.2' | '7.4.6', contentType = 'application/json'): Client {
  const windows = 'Mozilla/5.0 (Windows NT 10.0; Microsoft Windows 10.0.22631; en-US)';
  return {
    name: `PowerShell ${version}, ${contentType}`,
    write({ method, path, body }, host, key) {
      const text = body === undefined ? '' : JSON.stringify(body, null, 2).replaceAll('\n', '\r\n');
      const length = text !== '' || version === '7.2.2' ? [`Content-Length: ${text.length}`] : [];
      return wire(text, false, [
        `${method} ${path} HTTP/1.1`,
        `Host: ${host}`,
        `Authorization: Bearer ${key}`,
        `User-Agent: ${windows} PowerShell/${version}`,
        'Accept-Encoding: gzip, deflate, br',
        ...(text === '' ? [] : [`Content-Type: ${contentType}`]),
        ...length,
      ]);
    },
  };
}

function wire(text: string, waits: boolean, lines: readonly string[]): OnTheWire {
  return { head: Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body: Buffer.from(text, 'latin1'), waits };
}

/**
 * `ConvertTo-Json` of Windows PowerShell 5.1: two spaces after the colon, and what is nested stands under the bracket
 * that opens it.
 */
function json5(value: unknown, column = 0): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = ' '.repeat(column + 4);
  const items = Array.isArray(value)
    ? value.map((item) => `${inner}${json5(item, column + 4)}`)
    : Object.entries(value).map(([key, item]) => {
        const label = `${inner}${JSON.stringify(key)}:  `;
        return `${label}${json5(item, label.length)}`;
      });
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\r\n${items.join(',\r\n')}\r\n${' '.repeat(column)}${close}`;
}
