namespace DaprMemory.LocalSidecar;

/// <summary>When SQLite waits for the disk.</summary>
public enum SqliteSynchronous
{
    /// <summary>At every commit: an answered write survives the loss of power.</summary>
    Full,

    /// <summary>At checkpoints only: an answered write survives a killed process, not the loss of power.</summary>
    Normal,
}
