namespace Dapr.Client;

/// <summary>What a <see cref="StateTransactionRequest"/> does.</summary>
public enum StateOperationType
{
    /// <summary>Creates or replaces the value.</summary>
    Upsert,

    /// <summary>Deletes the value.</summary>
    Delete,
}
