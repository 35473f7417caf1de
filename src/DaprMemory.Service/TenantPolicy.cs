using DaprMemory.Core.Search;
using DaprMemory.Core.Spaces;
using DaprMemory.Service.Memories;

namespace DaprMemory.Service;

/// <summary>What a tenant demands of the service.</summary>
public sealed class TenantPolicy
{
    /// <summary>The levels of records with certain tags, by tag; of a record with several, the strongest holds.</summary>
    /// <value>For example <c>lock</c>: <c>Strong</c>, <c>analytics</c>: <c>Eventual</c>. The default is none.</value>
    public IDictionary<string, ConsistencyLevel> Tags { get; } = new Dictionary<string, ConsistencyLevel>(StringComparer.Ordinal);

    /// <summary>How long sessions are kept behind their last turn, unless a session itself says otherwise.</summary>
    /// <value>From a minute to ten years. The default is <see cref="Core.Sessions.SessionsOptions.Retention"/>.</value>
    public TimeSpan? SessionRetention { get; set; }

    /// <summary>What becomes of a memory that is added and is much like another.</summary>
    /// <value>One of <see cref="NearDuplicatePolicy"/>: <c>link</c>, <c>merge</c> or <c>off</c>. The default is <c>link</c>.</value>
    public string NearDuplicates { get; set; } = NearDuplicatePolicy.Link;

    /// <summary>How much each signal counts in searches of its memories, such as <c>daprmem tune</c> fits to the tenant's own questions.</summary>
    /// <value>For example <c>Words</c>: <c>5.1</c>. What is not given is as in <see cref="SearchOptions.Weights"/>. The default is nothing.</value>
    public SearchWeights? SearchWeights { get; set; }
}
