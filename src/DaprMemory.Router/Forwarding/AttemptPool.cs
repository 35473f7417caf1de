using DaprMemory.Router.Shards;
using Microsoft.Extensions.ObjectPool;
using Yarp.ReverseProxy.Forwarder;

namespace DaprMemory.Router.Forwarding;

/// <summary>Keeps attempts, and the timers in them, for the next request.</summary>
internal sealed class AttemptPool(IHttpForwarder forwarder, SidecarHeaders sidecar, TimeProvider time, IHostApplicationLifetime lifetime)
    : DefaultObjectPool<Attempt>(new Policy(forwarder, sidecar, time, lifetime.ApplicationStopping), MaxRetained)
{
    const int MaxRetained = 1024;

    sealed class Policy(IHttpForwarder forwarder, SidecarHeaders sidecar, TimeProvider time, CancellationToken stopping)
        : IPooledObjectPolicy<Attempt>
    {
        public Attempt Create() => new(forwarder, sidecar, time, stopping);

        public bool Return(Attempt obj)
        {
            if (obj.TryReset())
                return true;
            obj.Dispose();
            return false;
        }
    }
}
