namespace DaprMemory.LocalSidecar.Invocation;

/// <summary>What an invoked request is sent to.</summary>
internal enum DestinationKind
{
    /// <summary>The app itself, which expects the app's token.</summary>
    App,

    /// <summary>The app's sidecar in another process, which expects the sidecars' token and passes caller headers on.</summary>
    Sidecar,

    /// <summary>A server outside Dapr, given by its URL: no Dapr headers.</summary>
    External,
}

/// <summary>Where an invoked request goes, or why it goes nowhere.</summary>
internal readonly record struct Destination(Uri? Address, DestinationKind Kind, string Error = "")
{
    public static Destination None(string error) => new(null, default, error);
}
