using System.Net;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace DaprMemory.Router.Shards;

/// <summary>Makes the requests that ask shards whether they are ready, through the sidecar where requests go through it too.</summary>
internal sealed class ShardProbeFactory(SidecarHeaders sidecar) : IProbingRequestFactory
{
    const string Path = "/health/ready";

    public HttpRequestMessage CreateRequest(ClusterModel cluster, DestinationModel destination)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, destination.Config.Address + Path) { Version = HttpVersion.Version11 };
        if (Shard.GetAppId(destination.Config) is { } appId)
            sidecar.Add(request, appId);
        return request;
    }
}
