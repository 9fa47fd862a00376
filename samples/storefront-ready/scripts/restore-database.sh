#!/usr/bin/env bash
# Puts the last backup in place of the database; what is there now is kept as "broken".
set -euo pipefail

read -r -p 'Orders since the last backup are lost. Type "restore" to go on: ' answer
[ "$answer" = restore ]

kubectl scale deployment/web deployment/catalog --replicas=0
aws s3 cp s3://larkfield-backups/shop/latest.dump latest.dump
createdb restored
pg_restore --dbname restored latest.dump
psql restored --command 'ANALYZE'
psql postgres --command 'ALTER DATABASE shop RENAME TO broken'
psql postgres --command 'ALTER DATABASE restored RENAME TO shop'
kubectl scale deployment/web deployment/catalog --replicas=2
