namespace DaprMemory.Cli.Torture;

/// <summary>How hard the fault run is, and for how long.</summary>
internal sealed record TortureOptions
{
    /// <summary>What the operations and the faults are drawn from. The same seed draws the same again; when each happens is up to the machine.</summary>
    public required int Seed { get; init; }

    /// <summary>After how long the run ends at the latest, the checking aside.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>After how many operations it ends; null: only the time counts.</summary>
    public long? Operations { get; init; }

    /// <summary>How many clients call at once.</summary>
    /// <value>Default 32.</value>
    public int Clients { get; init; } = 32;

    /// <summary>Over how many spaces.</summary>
    /// <value>Default 100.</value>
    public int Spaces { get; init; } = 100;

    /// <summary>How many keys get half of all operations on state.</summary>
    /// <value>Default 20.</value>
    public int HotKeys { get; init; } = 20;

    /// <summary>How many sessions get half of all operations on sessions; as many spaces, half of those on memories.</summary>
    /// <value>Default 4.</value>
    public int HotSessions { get; init; } = 4;

    /// <summary>What is broken, one kind after the other, now and then two at once; a single kind always comes alone.</summary>
    /// <value>Default: everything.</value>
    public IReadOnlyList<FaultKind> Faults { get; init; } = Enum.GetValues<FaultKind>();

    /// <summary>How many services run, each with its sidecar.</summary>
    /// <value>Default 3.</value>
    public int Shards { get; init; } = 3;
}
