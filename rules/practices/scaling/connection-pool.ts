/** Pools are sized by whoever writes one service; the database counts the connections of all of their replicas. */
import { databases } from '../../model/databases.ts';
import { listed } from '../words.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'scaling/connection-pool',
  title: 'All replicas together open more connections than their database takes.',
  area: 'scaling',
  section: '§2',
  level: 'warning',
  joins: true,
  fix: 'none',
  messages: {
    exceeded: {
      text: '{users} open up to {total} connections to {database}, which takes {limit}: under load the last of them are refused.',
    },
  },
  check(model, report) {
    for (const { name, limit, users } of databases(model)) {
      const total = users.reduce((sum, { pool, replicas }) => sum + pool.value * replicas, 0);
      const [largest] = [...users].sort((a, b) => b.pool.value * b.replicas - a.pool.value * a.replicas);
      if (total <= limit.value) {
        for (const { service, pool } of users)
          report.met(service, { at: pool.at, message: `${name} has connections for all replicas.` });
        continue;
      }
      const words = users.map(
        ({ service, pool, replicas }) =>
          `${replicas === 1 ? 'one replica' : `${replicas} replicas`} of ${service.name} with ${pool.value} each`,
      );
      report.gap({
        message: 'exceeded',
        data: { users: capital(listed(words)), total, database: name, limit: limit.value },
        at: largest!.pool.at,
        service: largest!.service,
        related: [{ at: limit.at, message: `${name} takes ${limit.value}` }],
      });
    }
  },
});

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
