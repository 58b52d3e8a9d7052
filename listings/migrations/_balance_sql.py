"""Triggers that keep balances: what reservations hold and give, and what a listing has to promise.

They hold for code that forgets, too: whatever writes a reservation or a listing, the constraints `never_oversold` and
`goes_whole` of the balance judge what it comes to.
"""

#: listings.models.balance.WHOLE_LOT, as this migration knew it.
WHOLE_LOT = "DATE '0001-01-02'"

TRIGGERS = f"""
CREATE FUNCTION listings_keep_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_listing bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.listing_id ELSE NEW.listing_id END;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.listing_id <> OLD.listing_id THEN
        RAISE EXCEPTION 'A reservation stays with its listing' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP <> 'DELETE' AND (TG_OP = 'INSERT' OR NEW.period <> OLD.period) AND NOT EXISTS (
        SELECT FROM listings_listing WHERE id = the_listing AND CASE
            WHEN kind = 'service' THEN extract(isodow FROM NEW.period) = 1
            ELSE (recurrence = 'one_off') = (NEW.period = {WHOLE_LOT})
        END)
    THEN
        RAISE EXCEPTION 'A lot has one period, a service weeks that start on Monday, a stream days'
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
    WHERE listing.id = the_listing AND balance.listing_id = the_listing AND balance.period = {WHOLE_LOT}
        AND listing.taken_quantity <> held + given;
    RETURN NULL;
END $$;

-- For whom it is held doesn't count: who deletes an organisation empties that, after its listings' balances are gone.
CREATE TRIGGER reservation_counts AFTER INSERT OR DELETE
OR UPDATE OF listing_id, period, quantity, given_quantity, state ON listings_reservation
FOR EACH ROW EXECUTE FUNCTION listings_keep_balance();

CREATE FUNCTION listings_follow_listing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.kind, OLD.unit, OLD.capacity_unit, OLD.recurrence)
        IS DISTINCT FROM (NEW.kind, NEW.unit, NEW.capacity_unit, NEW.recurrence)
        AND EXISTS (SELECT FROM listings_balance WHERE listing_id = NEW.id AND held + given > 0)
    THEN
        RAISE EXCEPTION 'What is promised is counted in the old unit'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'promised_in_its_unit';
    END IF;
    IF NEW.taken_quantity <> OLD.taken_quantity AND NEW.taken_quantity IS DISTINCT FROM coalesce((
        SELECT held + given FROM listings_balance WHERE listing_id = NEW.id AND period = {WHOLE_LOT}
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
    WHERE listing_id = NEW.id AND (period = {WHOLE_LOT} OR period >= date_trunc('week', now() AT TIME ZONE 'Europe/Brussels')::date);
    RETURN NULL;
END $$;

CREATE TRIGGER listing_has_balance AFTER UPDATE OF
    kind, quantity, unit, splittable, recurrence, capacity_per_week, capacity_unit, taken_quantity
ON listings_listing FOR EACH ROW WHEN (
    (OLD.kind, OLD.quantity, OLD.unit, OLD.splittable, OLD.recurrence, OLD.capacity_per_week, OLD.capacity_unit,
        OLD.taken_quantity)
    IS DISTINCT FROM
    (NEW.kind, NEW.quantity, NEW.unit, NEW.splittable, NEW.recurrence, NEW.capacity_per_week, NEW.capacity_unit,
        NEW.taken_quantity)
) EXECUTE FUNCTION listings_follow_listing();
"""

UNDO = """
DROP TRIGGER listing_has_balance ON listings_listing;

DROP FUNCTION listings_follow_listing;

DROP TRIGGER reservation_counts ON listings_reservation;

DROP FUNCTION listings_keep_balance;
"""
