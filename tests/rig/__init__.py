"""The test rig: real servers on 127.0.0.1, started once per test process, and fixtures around them."""
