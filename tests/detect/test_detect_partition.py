"""Partitions: numbering, groups, and the repair of disconnected communities."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from ringfinder.detect import Partition, groups, relabel, split_disconnected

quick = settings(max_examples=40, deadline=None)

labellings = st.lists(st.integers(-3, 9), max_size=30).map(lambda x: np.array(x, dtype=np.int64))


@quick
@given(labellings)
def test_relabelling_keeps_the_communities_and_numbers_them_by_size(labels):
    new = relabel(labels)
    assert len({*zip(labels.tolist(), new.tolist(), strict=True)}) == len(set(labels)) == len(set(new))
    key = {int(n): (-int((new == n).sum()), int(np.argmax(new == n))) for n in new}
    assert sorted(key, key=key.get) == list(range(len(key)))
    assert np.array_equal(relabel(new), new)


@quick
@given(labellings)
def test_groups_are_the_members_of_each_label(labels):
    partition = Partition(relabel(labels), "components", 1.0, 0)
    found = groups(partition)
    assert len(found) == partition.n_communities
    for label, members in enumerate(found):
        assert np.array_equal(members, np.flatnonzero(partition.labels == label))


@quick
@given(labellings, st.integers(0, 2**32 - 1))
def test_splitting_is_by_connected_parts(labels, seed):
    n = len(labels)
    graph = nx.gnm_random_graph(n, n, seed=seed)
    adjacency = nx.to_scipy_sparse_array(graph, nodelist=range(n), format="csr") if n else csr_array((0, 0))
    new, n_split = split_disconnected(labels, adjacency)
    expected, broken = [], 0
    for label in set(labels.tolist()):
        parts = list(nx.connected_components(graph.subgraph(np.flatnonzero(labels == label).tolist())))
        expected += [sorted(p) for p in parts]
        broken += len(parts) > 1
    assert sorted(np.flatnonzero(new == x).tolist() for x in set(new)) == sorted(expected)
    assert n_split == broken


def test_louvain_s_known_defect_is_repaired():
    """Node 0, the bridge (Traag et al. 2019, figure 2), has left its community, whose sides fall apart."""
    graph = nx.Graph([(0, 1), (0, 4), (1, 2), (2, 3), (1, 3), (4, 5), (5, 6), (4, 6), (0, 7), (7, 8)])
    labels = np.array([1, 0, 0, 0, 0, 0, 0, 1, 1])
    new, n_split = split_disconnected(labels, nx.to_scipy_sparse_array(graph, nodelist=range(9), format="csr"))
    assert n_split == 1
    assert relabel(new).tolist() == [0, 1, 1, 1, 2, 2, 2, 0, 0]


def test_a_link_of_weight_zero_holds_nothing_together():
    adjacency = csr_array((np.zeros(2), ([0, 1], [1, 0])), shape=(2, 2))
    assert split_disconnected(np.array([0, 0]), adjacency)[1] == 1


def test_a_partition_cannot_be_changed():
    mine = np.array([0, 0, 1])
    partition = Partition(mine, "leiden", 1.0, 3)
    mine[0] = 1
    assert partition.labels.tolist() == [0, 0, 1]
    with pytest.raises(ValueError, match="read-only"):
        partition.labels[0] = 1
    assert partition.sizes().tolist() == [2, 1]
    assert repr(partition) == "<Partition: leiden, 2 communities of 3 nodes>"
