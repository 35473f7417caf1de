namespace Dapr.Client;

/// <summary>How a state operation is to be carried out.</summary>
public class StateOptions
{
    /// <summary>The consistency; null: the store's default.</summary>
    public ConsistencyMode? Consistency { get; set; }

    /// <summary>The concurrency; null: the store's default.</summary>
    public ConcurrencyMode? Concurrency { get; set; }
}
