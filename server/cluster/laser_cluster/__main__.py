"""`python -m laser_cluster` is the command laser-cluster."""

import sys

from laser_cluster.cli import main

sys.exit(main())
