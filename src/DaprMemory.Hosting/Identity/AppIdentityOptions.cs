namespace DaprMemory.Hosting.Identity;

/// <summary>Whom a Dapr app acts as, when it calls through its sidecar without a token.</summary>
public sealed class AppIdentityOptions
{
    /// <summary>The default of <see cref="Namespace"/>.</summary>
    public const string DefaultNamespace = "default";

    /// <summary>The app's namespace; an app of the same id in another one is another app.</summary>
    /// <value>The default is <c>default</c>, Dapr's own.</value>
    public string Namespace { get; set; } = DefaultNamespace;

    /// <summary>The tenant whose spaces it uses.</summary>
    /// <value>A tenant. Required, unless <see cref="IsRouter"/>.</value>
    public string? Tenant { get; set; }

    /// <summary>The agent that it is.</summary>
    /// <value>An agent. The default is the app id.</value>
    public string? Agent { get; set; }

    /// <summary>What it may do.</summary>
    /// <value>Names of scopes, such as <c>memory:read</c>. At least one, unless <see cref="IsRouter"/>.</value>
    public IList<string> Scopes { get; } = [];

    /// <summary>Whether it is our router, whose word for which app it was called by is taken.</summary>
    /// <value>The default is <c>false</c>.</value>
    public bool IsRouter { get; set; }
}
