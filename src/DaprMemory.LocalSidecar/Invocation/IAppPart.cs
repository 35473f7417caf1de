namespace DaprMemory.LocalSidecar.Invocation;

/// <summary>Something that a sidecar does for its app while the app listens.</summary>
internal interface IAppPart
{
    /// <summary>The app listens: it was not there before, or it may be another one now.</summary>
    Task FoundAsync(Uri app, CancellationToken cancellationToken);

    /// <summary>The app has gone, or will: whatever it is handling is waited for. Nothing, if it was not there.</summary>
    Task LostAsync();

    /// <summary>Interrupts what the app is handling.</summary>
    void Abort();
}
