-- Members of a ring with the rows that tie them to it.
-- :ring   the ring, such as R1 (set in the first block)
-- role, kind, label, relation, other_kind, other_label, date, file, row
WITH settings AS (
  SELECT 'R1' AS ring  -- :ring
),
chosen AS (
  SELECT m.kind, m.label, m.role, m.key AS plain_key
  FROM members m JOIN settings s ON m.ring_id = s.ring
),
keyed AS (
  SELECT id, kind, REPLACE(key, '+', '') AS plain_key FROM nodes
),
inside AS (
  SELECT k.id, c.kind, c.label, c.role
  FROM chosen c JOIN keyed k ON c.kind = k.kind AND c.plain_key = k.plain_key
)
SELECT
  a.role AS role, a.kind AS kind, a.label AS label, l.relation AS relation,
  b.kind AS other_kind, b.label AS other_label, l.date AS date, l.file AS file, l.row AS row
FROM links l
JOIN inside a ON l.source = a.id
JOIN inside b ON l.target = b.id
ORDER BY role, kind, label, date, file, row
