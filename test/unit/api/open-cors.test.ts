import { expect } from 'chai';
import Koa from 'koa';
import request from 'supertest';
import type { RequestState } from '../../../api/context.ts';
import { openCors } from '../../../api/middleware/open-cors.ts';

const app = () => {
  const koa = new Koa<RequestState>();
  koa.use(openCors());
  koa.use((ctx) => {
    ctx.status = ctx.path === '/refused' ? 401 : 200;
    ctx.body = { ok: true };
  });
  return koa.callback();
};
const cors = (headers: object) => Object.keys(headers).filter((name) => name.startsWith('access-control'));

describe('open CORS', () => {
  it('lets every page read answers to GET and HEAD, refusals too, and its headers', async () => {
    for (const ask of [request(app()).get('/'), request(app()).head('/'), request(app()).get('/refused')]) {
      const answer = await ask.set('Origin', 'https://org.example');
      expect(answer.get('Access-Control-Allow-Origin')).to.equal('*');
      expect(answer.get('Access-Control-Expose-Headers')).to.include('RateLimit');
    }
  });

  it('allows nothing else: no credentials, no other method, no preflight', async () => {
    const answer = await request(app()).get('/').set('Origin', 'https://org.example');
    expect(answer.headers).not.to.have.property('access-control-allow-credentials');
    for (const method of ['post', 'put', 'patch', 'delete', 'options'] as const) {
      expect(cors((await request(app())[method]('/')).headers), method).to.deep.equal([]);
    }
  });
});
