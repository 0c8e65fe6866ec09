"""Layer tables that read like the papers': of a named network by arithmetic, of any `nn.Module` by measurement."""

from .table import DETAILS, LayerTable, TableRow, Total, layer_table, shape_text
