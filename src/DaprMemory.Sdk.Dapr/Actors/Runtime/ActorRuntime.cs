using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace Dapr.Actors.Runtime;

/// <summary>The types of actors that this app hosts, by name.</summary>
internal sealed class ActorRuntime
{
    readonly FrozenDictionary<string, HostedType> _types;

    public ActorRuntime(IOptions<ActorRuntimeOptions> options, ActorSidecar sidecar, IServiceProvider services)
    {
        Options = options.Value;
        _types = Options.Actors.ToFrozenDictionary(actor => actor.Type.ActorTypeName, actor => new HostedType(actor.Type, sidecar, services));
    }

    public ActorRuntimeOptions Options { get; }

    public IEnumerable<string> TypeNames => _types.Keys.Order(StringComparer.Ordinal);

    public HostedType? Find(string typeName) => _types.GetValueOrDefault(typeName);
}
