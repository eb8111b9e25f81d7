import type { AboutProcess } from './present/status.ts';
import { ProcessMeasures } from './process-measures.ts';
import type { Route } from './route.ts';
import { acarsRoutes } from './routes/acars.ts';
import { archiveRoutes } from './routes/archive.ts';
import { assignmentRoutes } from './routes/assignments.ts';
import { auditRoutes } from './routes/audit.ts';
import { clientRoutes } from './routes/clients.ts';
import { featureRoutes } from './routes/features.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { netChangeRoutes } from './routes/net-changes.ts';
import { netRoutes } from './routes/nets.ts';
import { operationRoutes } from './routes/operation.ts';

import { presetRoutes } from './routes/presets.ts';
import { publicNetRoutes } from './routes/public-net.ts';

import { publicTokenRoutes } from './routes/public-token.ts';

import { readyCheckRoutes } from './routes/ready-checks.ts';
import { rosterRoutes } from './routes/roster.ts';
import { ruleRoutes } from './routes/rules.ts';
import { statusRoutes } from './routes/status.ts';
import { streamRoutes } from './routes/stream.ts';
import { webhookRoutes } from './routes/webhooks.ts';

/** Every route that needs a key, in the order of the reference. */
export function ownerRoutes(
  { name, publicUrl, version }: AboutProcess,
  measures: ProcessMeasures = new ProcessMeasures(),
): Route[] {
  const about = { name, publicUrl, version };
  return [
    ...statusRoutes(about),
    ...rosterRoutes,
    ...assignmentRoutes,
    ...netRoutes,
    ...netChangeRoutes,
    ...archiveRoutes,
    ...ruleRoutes,
    ...operationRoutes,
    ...acarsRoutes,
    ...clientRoutes,
    ...readyCheckRoutes,
    ...featureRoutes,
    ...publicNetRoutes,
    ...presetRoutes,
    ...auditRoutes,
    ...metricsRoutes(measures),
    ...publicTokenRoutes(about),
    ...streamRoutes,
    ...webhookRoutes,
  ];
}
