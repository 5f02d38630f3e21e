-- The next delivery is the first that is due, whatever its site.
DROP INDEX deliveries_pending;
CREATE INDEX deliveries_pending ON deliveries (position) WHERE due_at IS NOT NULL;
