"""`laser-cluster simulate`."""
def add_simulate(commands):
    pass
