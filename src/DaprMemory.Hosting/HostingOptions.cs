using System.ComponentModel.DataAnnotations;

namespace DaprMemory.Hosting;

/// <summary>How a service ends.</summary>
public sealed class HostingOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Hosting";

    /// <summary>How long a stopping service goes on serving, not ready, before it closes its port, so that routers leave it first.</summary>
    /// <value>A duration. The default is none, for a laptop; behind a router about two probe intervals.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan DrainDelay { get; set; }

    /// <summary>How long requests under way may take to end once the service stops.</summary>
    /// <value>A duration, <see cref="DrainDelay"/> included. The default is 30 seconds, Kubernetes' grace period.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:20:00")]
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
