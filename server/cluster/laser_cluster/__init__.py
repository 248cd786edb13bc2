"""Drives `laser worker` over a data set on many machines: each row gets an answer, once, whatever dies on the way."""

from laser_cluster.errors import ClusterError
from laser_cluster.rows import Row
from laser_cluster.worker import Answer, LaserWorker, WorkerLost, WorkerRefused

__all__ = ["Answer", "ClusterError", "LaserWorker", "Row", "WorkerLost", "WorkerRefused"]
