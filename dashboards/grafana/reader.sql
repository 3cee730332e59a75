-- A user who may read the views and nothing else. Everybody who sees a Grafana board can send any SQL through
-- its data source, so that is all this user can do. Run by psql as the owner of the store, who must be allowed to
-- make roles; again after each migration, since a migration makes the views anew:
--   SEAMARK_READER_USER=... SEAMARK_READER_PASSWORD=... psql "$URL" --set ON_ERROR_STOP=1 --file reader.sql

\getenv reader SEAMARK_READER_USER
\getenv password SEAMARK_READER_PASSWORD

SELECT format('CREATE ROLE %I', :'reader') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'reader')
\gexec
ALTER ROLE :"reader" WITH LOGIN PASSWORD :'password';
ALTER ROLE :"reader" SET default_transaction_read_only = on;
ALTER ROLE :"reader" SET statement_timeout = '30s';

SELECT format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), :'reader')
\gexec
SELECT format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), :'reader')
\gexec
SELECT format('GRANT SELECT ON %I.%I TO %I', schemaname, viewname, :'reader')
FROM pg_views WHERE schemaname = current_schema() AND viewname LIKE 'v\_%'
\gexec
