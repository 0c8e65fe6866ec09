"""Layer tables that read like the papers': of a named network by arithmetic, of any `nn.Module` by measurement."""

from .code import python_code
from .create import layer_table
from .table import COLUMNS, DETAILS, LayerTable, TableRow, Total, shape_text
