namespace DaprMemory.Service.Spaces;

/// <summary>A page of the spaces of a tenant.</summary>
/// <param name="Items">The spaces, in ordinal order of their names.</param>
/// <param name="Next">What to pass as <c>after</c> to get the next page; absent on the last one.</param>
internal sealed record SpaceList(IReadOnlyList<SpaceListItem> Items, string? Next);

/// <summary>A space.</summary>
/// <param name="Name">Its name, or <c>name@branch</c>.</param>
internal sealed record SpaceListItem(string Name);
