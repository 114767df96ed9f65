# SPDX-License-Identifier: GPL-2.0
"""Prints the layers of the module, lowest first."""

from tests.layers import layer_files, module_calls

for number, names in enumerate(layer_files(module_calls())):
    print(f"{number:2}  " + " ".join(names))
