"""Streams count by their period: a week by its Monday, a month and a quarter by their first day.

What is free of a stream is what is free of the period that runs: `taken_quantity` follows that one's balance.
"""

from listings.migrations._balance_sql import TRIGGERS, WHOLE_LOT
from listings.migrations._initial_sql import one_by_one

PERIODS = f"""
CREATE FUNCTION listings_period_of(kind text, recurrence text, a_day date) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN kind = 'service' OR recurrence = 'weekly' THEN date_trunc('week', a_day::timestamp)
        WHEN recurrence = 'monthly' THEN date_trunc('month', a_day::timestamp)
        WHEN recurrence = 'quarterly' THEN date_trunc('quarter', a_day::timestamp)
        ELSE {WHOLE_LOT}
    END::date
$$;

CREATE FUNCTION listings_period_now(kind text, recurrence text) RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT listings_period_of(kind, recurrence, (now() AT TIME ZONE 'Europe/Brussels')::date)
$$;

CREATE OR REPLACE FUNCTION listings_keep_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_listing bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.listing_id ELSE NEW.listing_id END;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.listing_id <> OLD.listing_id THEN
        RAISE EXCEPTION 'A reservation stays with its listing' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP <> 'DELETE' AND (TG_OP = 'INSERT' OR NEW.period <> OLD.period) AND NOT EXISTS (
        SELECT FROM listings_listing
        WHERE id = the_listing AND NEW.period = listings_period_of(kind, recurrence, NEW.period))
    THEN
        RAISE EXCEPTION 'A lot has one period, a service weeks, and a stream the weeks, months or quarters that it says'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'period_fits_listing';
    END IF;
    -- First the listing, then its balances: who locks them in one order never waits in a circle.
    PERFORM FROM listings_listing WHERE id = the_listing FOR NO KEY UPDATE;
    IF TG_OP <> 'INSERT' THEN
        UPDATE listings_balance SET
            held = held - CASE OLD.state WHEN 'held' THEN OLD.quantity ELSE 0 END,
            given = given - coalesce(OLD.given_quantity, 0)
        WHERE listing_id = the_listing AND period = OLD.period;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.state <> 'released' THEN
        INSERT INTO listings_balance (listing_id, period, quantity, splittable, held, given)
        SELECT
            id, NEW.period, CASE kind WHEN 'service' THEN capacity_per_week ELSE quantity END,
            kind = 'service' OR splittable,
            CASE NEW.state WHEN 'held' THEN NEW.quantity ELSE 0 END, coalesce(NEW.given_quantity, 0)
        FROM listings_listing WHERE id = the_listing
        ON CONFLICT (listing_id, period) DO UPDATE SET
            held = listings_balance.held + EXCLUDED.held, given = listings_balance.given + EXCLUDED.given;
    END IF;
    -- A new version: else a pairing that read the old one would mark it as paired.
    UPDATE listings_listing listing SET taken_quantity = held + given, paired_at = NULL, updated_at = clock_timestamp()
    FROM listings_balance balance
    WHERE listing.id = the_listing AND listing.kind <> 'service' AND balance.listing_id = the_listing
        AND balance.period = listings_period_now(listing.kind, listing.recurrence)
        AND listing.taken_quantity <> held + given;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION listings_follow_listing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.kind, OLD.unit, OLD.capacity_unit, OLD.recurrence)
        IS DISTINCT FROM (NEW.kind, NEW.unit, NEW.capacity_unit, NEW.recurrence)
        AND EXISTS (SELECT FROM listings_balance WHERE listing_id = NEW.id AND held + given > 0)
    THEN
        RAISE EXCEPTION 'What is promised is counted in the old unit'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'promised_in_its_unit';
    END IF;
    IF NEW.taken_quantity <> OLD.taken_quantity AND NEW.taken_quantity IS DISTINCT FROM coalesce((
        SELECT held + given FROM listings_balance
        WHERE listing_id = NEW.id AND NEW.kind <> 'service'
            AND period = listings_period_now(NEW.kind, NEW.recurrence)
    ), 0)
    THEN
        RAISE EXCEPTION 'Reservations alone say what is taken'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'taken_by_reservations';
    END IF;
    -- What is past stays as it was.
    UPDATE listings_balance SET
        quantity = CASE NEW.kind WHEN 'service' THEN coalesce(NEW.capacity_per_week, quantity)
            ELSE coalesce(NEW.quantity, quantity) END,
        splittable = NEW.kind = 'service' OR NEW.splittable
    WHERE listing_id = NEW.id
        AND (period = {WHOLE_LOT} OR period >= listings_period_now(NEW.kind, NEW.recurrence));
    RETURN NULL;
END $$;

-- What was held by the day counts in its period from now on.
UPDATE listings_reservation SET period = listings_period_of(kind, recurrence, period)
FROM listings_listing WHERE listings_listing.id = listing_id AND kind <> 'service' AND recurrence <> 'one_off'
    AND period <> listings_period_of(kind, recurrence, period);

DELETE FROM listings_balance USING listings_listing
WHERE listings_listing.id = listing_id AND period <> listings_period_of(kind, recurrence, period) AND held + given = 0;

"""

#: The functions as they were before.
UNDO = [
    *(one.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION") for one in one_by_one(TRIGGERS) if "FUNCTION listings_" in one and "CREATE TRIGGER" not in one),
    "DROP FUNCTION listings_period_now",
    "DROP FUNCTION listings_period_of",
]
