/** The little guild that every documented example is about. */
export const EXAMPLE = {
  guildId: '112233445566778899',
  guildName: 'Red Wing',
  userId: '123456789012345678',
  displayName: 'Ada',
  roleId: '1505521308744679464',
  channelId: '1505521308744679001',
  channelName: 'strike-1',
  netId: 1,
  netUid: 'net_jmqbkeg5s74cjkezqybwkhny',
  netName: 'Strike Net',
  /** The uid of the net that the example of creation makes. */
  newNetUid: 'net_aebagbafaydqqcikbmga2dqp',
  acarsId: 'acars_mfrggzdfmztwq2lk',
  /** A ready check that there is, a session of it, and the ids that the examples make. */
  readyId: 'check_form-up',
  newReadyId: 'check_nbswy3dpfqqho33s',
  sessionId: 'ready_orsxg5bamfrggzdf',
  newSessionId: 'ready_obqxg43xn5zgi2lt',
  keyName: 'key 0',
  archivedUid: 'net_qtmbkeg5s74cjkezqybwkh7a',
  archivedName: 'Night Watch',
  webhookId: 'whk_mfrggzdfmztwq2lk',
  /** A secret in the form of Standard Webhooks; no server has it. */
  webhookSecret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=',
  webhookUrl: 'https://hooks.example.org/shard',
  /** An event, and the one before it. */
  eventId: 'evt_01kage6s5k0000h8k3v9qm',
  earlierEventId: 'evt_01kage6s4r0000dq2x7w3n',
  time: '2026-11-21T07:13:00.000Z',
  shardName: 'shard-1',
  /** The public token of this guild with the secret that the tests give it. */
  publicToken: 'scpt_sDZ1b83jXO8yKzkO9nW5NpfVtLXxpxVw2MQYMkj8iBk',
  publicUrl: 'https://shard.example.org',
  version: '0.1.0',
  requestId: 'req_0123456789abcdef0123',
  keyId: 'key_aebagbafaydqqcik',
  auditId: 'aud_01kaj0wq800000d5hq2v1k',
} as const;
