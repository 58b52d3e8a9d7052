"""Bookings of a service's weeks become reservations of which the period is the week's Monday.

Each keeps its number: letters and the journal tell of it by that. What was promised stays promised, also where a
service has since said that it takes less, or no longer says how much.
"""

COPY = """
INSERT INTO listings_balance (listing_id, period, quantity, splittable, held, given)
SELECT service.id, week_start, greatest(capacity_per_week, sum(booking.quantity)), true, 0, 0
FROM listings_capacitybooking booking JOIN listings_listing service ON service.id = booking.service_id
GROUP BY service.id, week_start;

INSERT INTO listings_reservation
    (id, listing_id, period, quantity, state, organisation_id, supply_id, note, created_by_id, created_at)
OVERRIDING SYSTEM VALUE
SELECT id, service_id, week_start, quantity, 'held', organisation_id, supply_id, note, created_by_id, created_at
FROM listings_capacitybooking ORDER BY service_id, week_start, id;

SELECT setval(
    pg_get_serial_sequence('listings_reservation', 'id'),
    nextval(pg_get_serial_sequence('listings_capacitybooking', 'id')), false
);

SET CONSTRAINTS ALL IMMEDIATE;
"""
