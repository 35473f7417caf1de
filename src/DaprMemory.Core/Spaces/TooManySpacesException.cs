namespace DaprMemory.Core.Spaces;

/// <summary>As many of the tenant's spaces as may be are open on this node, and all of them are busy. Nothing was read or written.</summary>
/// <param name="most">How many may be.</param>
public sealed class TooManySpacesException(int most) : Exception($"{most} spaces of the tenant are open and busy");
