"""Other ways to group, as published or as people use them, on the same vectors. Never part of the product."""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.themes.measures import Labels
from facilitation.clustering.embed import Vectors

Grouping = Callable[[Vectors, Sequence[str], int], Labels]  # vectors, texts, the true number (for one of them only)
MOST = 15


@dataclass(frozen=True, slots=True)
class Peer:
    name: str
    group: Grouping
    needs: tuple[str, ...] = ("sklearn",)

    @property
    def absent(self) -> str:
        """Why it is left out, or nothing."""
        missing = [name for name in self.needs if importlib.util.find_spec(name) is None]
        return f"{', '.join(missing)} not installed" if missing else ""


def k_means(vectors: Vectors, count: int) -> Labels:
    from sklearn.cluster import KMeans

    return KMeans(count, n_init=3, random_state=0).fit_predict(vectors).astype(np.intp)


def by_silhouette(vectors: Vectors) -> Labels:
    from sklearn.metrics import silhouette_score

    tried = [k_means(vectors, count) for count in range(2, min(MOST, len(vectors) - 1) + 1)]
    return max(tried, key=lambda labels: silhouette_score(vectors, labels, metric="cosine"))


def tf_idf(_: Vectors, texts: Sequence[str], __: int) -> Labels:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return by_silhouette(TfidfVectorizer(stop_words="english", sublinear_tf=True).fit_transform(texts).toarray())


def hdbscan(vectors: Vectors, _: Sequence[str], __: int) -> Labels:
    import hdbscan as package

    found = package.HDBSCAN(min_cluster_size=max(3, len(vectors) // 30), min_samples=2).fit_predict(vectors)
    return np.asarray(found, dtype=np.intp)


def bertopic(vectors: Vectors, _: Sequence[str], __: int) -> Labels:
    """UMAP to five dimensions, HDBSCAN, outliers to the nearest topic: BERTopic's defaults."""
    import hdbscan as package
    import umap

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reduced = umap.UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=42)
        near = reduced.fit_transform(vectors)
    size = 10 if len(vectors) >= 150 else 5
    found = np.asarray(package.HDBSCAN(min_cluster_size=size).fit_predict(near), dtype=np.intp)
    if (found < 0).all():
        return np.zeros(len(found), dtype=np.intp)
    middles = np.stack([vectors[found == label].mean(axis=0) for label in range(found.max() + 1)])
    return np.where(found < 0, (vectors @ middles.T).argmax(axis=1), found)


def leiden(vectors: Vectors, _: Sequence[str], __: int) -> Labels:
    import igraph
    import leidenalg

    alike = vectors @ vectors.T
    np.fill_diagonal(alike, -1)
    nearest = np.argsort(-alike, axis=1)[:, : min(10, len(alike) - 1)]
    edges = {(min(row, int(other)), max(row, int(other))) for row in range(len(alike)) for other in nearest[row]}
    pairs = sorted(edges)
    graph = igraph.Graph(n=len(alike), edges=pairs)
    weights = [max(float(alike[pair]), 1e-6) for pair in pairs]
    found = leidenalg.find_partition(graph, leidenalg.ModularityVertexPartition, weights=weights, seed=1)
    return np.array(found.membership, dtype=np.intp)


def parabol(vectors: Vectors, *, threshold: float = 0.78, for_each: float = 0.05) -> Labels:
    """Parabol's merging of the nearest two centroids, as its public source has it (clusterBySimilarity).

    threshold: for cards of one column; for_each: what each member beyond the third adds to it.
    """
    sums, sizes = vectors.astype(np.float64), np.ones(len(vectors))
    labels = np.arange(len(vectors))
    alike = sums @ sums.T
    np.fill_diagonal(alike, -np.inf)
    while True:
        bar = threshold + for_each * np.maximum(0, sizes[:, None] + sizes[None, :] - 3)
        allowed = np.where(alike >= bar, alike, -np.inf)
        kept, gone = np.unravel_index(int(allowed.argmax()), allowed.shape)
        if not np.isfinite(allowed[kept, gone]):
            break
        sums[kept] += sums[gone]
        sizes[kept] += sizes[gone]
        labels[labels == gone] = kept
        lengths = np.linalg.norm(sums, axis=1)
        row = sums @ sums[kept] / (lengths * lengths[kept] + 1e-12)
        row[[kept, gone]] = -np.inf
        row[~np.isin(np.arange(len(row)), labels)] = -np.inf
        alike[kept] = alike[:, kept] = row
        alike[gone] = alike[:, gone] = -np.inf
    found, counts = np.unique(labels, return_counts=True)
    number = {label: place if counts[place] > 1 else -1 for place, label in enumerate(found)}
    return np.unique([number[label] for label in labels], return_inverse=True)[1] - (counts == 1).any()


PEERS = (
    Peer("TF-IDF, k-means, silhouette", tf_idf),
    Peer("k-means, silhouette", lambda vectors, _, __: by_silhouette(vectors)),
    Peer("HDBSCAN", hdbscan, ("sklearn", "hdbscan")),
    Peer("BERTopic's recipe, outliers assigned", bertopic, ("sklearn", "hdbscan", "umap")),
    Peer("Leiden on a kNN graph", leiden, ("leidenalg", "igraph")),
    Peer("Parabol's merging, its threshold", lambda vectors, _, __: parabol(vectors), ()),
    Peer("Parabol's merging, tuned", lambda vectors, _, __: parabol(vectors, threshold=0.62, for_each=0.0), ()),
    Peer("k-means told the true number", lambda vectors, _, true: k_means(vectors, true)),
)
