import { expect } from 'chai';
import request from 'supertest';
import { createApp } from '../../../api/app.ts';
import { makeWorld } from './world.ts';

describe('the health paths', () => {
  it('say who this is and nothing else, to everybody', async () => {
    const { app, options } = await makeWorld();
    const answer = await request(app.callback()).get('/health');
    expect(answer.status).to.equal(200);
    expect(answer.body).to.deep.equal({ ok: true, app: options.name, version: options.version });
    expect(answer.get('X-Request-Id')).to.match(/^req_/);
  });

  it('are alive while the process answers, whatever is broken', async () => {
    const { options } = await makeWorld();
    const app = createApp({ ...options, readiness: () => [{ name: 'discord', ok: false }] });
    for (const path of ['/livez', '/health/live']) {
      const answer = await request(app.callback()).get(path);
      expect([answer.status, answer.body.ok], path).to.deep.equal([200, true]);
    }
  });

  it('are ready only while every part is, and name the one that is not', async () => {
    const { options } = await makeWorld();
    const checks = [
      { name: 'store', ok: true },
      { name: 'discord', ok: true, detail: 'connected' },
    ];
    const app = createApp({ ...options, readiness: () => checks });
    for (const path of ['/readyz', '/health/ready', '/ready']) {
      checks[1] = { name: 'discord', ok: true, detail: 'connected' };
      expect((await request(app.callback()).get(path)).status, path).to.equal(200);
      checks[1] = { name: 'discord', ok: false, detail: 'reconnecting' };
      const answer = await request(app.callback()).get(path);
      expect(answer.status, path).to.equal(503);
      expect(answer.body).to.deep.equal({ ok: false, checks });
    }
  });

  it('take GET and HEAD only', async () => {
    const { app } = await makeWorld();
    expect((await request(app.callback()).head('/readyz')).status).to.equal(200);
    const answer = await request(app.callback()).post('/readyz');
    expect([answer.status, answer.get('Allow')]).to.deep.equal([405, 'GET, HEAD, OPTIONS']);
  });
});
