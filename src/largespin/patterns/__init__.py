"""Which patterns does a system store, and which spins share their column and form one large spin?

`patterns`        the stored values, site by site
`images`          patterns from picture files, pictures from values
`configurations`  damaged copies of a configuration
`large_spins`     the mapping from sites to blocks, from a sample or in the limit of many sites
`blocks`          the result of the mapping: coefficients, weights, and the way back to the sites
`correlations`    how alike the patterns are, and what follows for the learning rule
`learning`        Hebb's rule, the projection rule, and the load each can carry
"""
