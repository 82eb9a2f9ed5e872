-- Who connects two rings: nodes that have links to members of both.
-- :ring_a, :ring_b  the rings; '' for any (first block)
-- ring_a, ring_b, kind, label, key, links_a, links_b
WITH settings AS (
  SELECT
    'R1' AS ring_a,  -- :ring_a
    'R2' AS ring_b   -- :ring_b
),
keyed AS (
  SELECT id, kind, REPLACE(key, '+', '') AS plain_key FROM nodes
),
inside AS (
  SELECT k.id AS id, m.ring_id AS ring_id
  FROM members m JOIN keyed k ON m.kind = k.kind AND m.key = k.plain_key
),
ties AS (
  SELECT source AS node, target AS member FROM links
  UNION ALL
  SELECT target AS node, source AS member FROM links
),
touches AS (
  SELECT t.node AS node, i.ring_id AS ring_id, COUNT(*) AS links
  FROM ties t JOIN inside i ON t.member = i.id
  GROUP BY t.node, i.ring_id
)
SELECT
  a.ring_id AS ring_a, b.ring_id AS ring_b, n.kind AS kind, n.label AS label, n.key AS key,
  a.links AS links_a, b.links AS links_b
FROM touches a
JOIN touches b ON a.node = b.node
JOIN nodes n ON a.node = n.id
CROSS JOIN settings s
WHERE a.ring_id < b.ring_id
  AND n.kind NOT IN ('channel', 'employer', 'lender', 'collection_agency')
  AND (s.ring_a = '' OR a.ring_id = s.ring_a OR b.ring_id = s.ring_a)
  AND (s.ring_b = '' OR a.ring_id = s.ring_b OR b.ring_id = s.ring_b)
ORDER BY ring_a, ring_b, kind, key
